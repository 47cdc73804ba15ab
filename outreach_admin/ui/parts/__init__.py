"""What apps add to pages of others, in `ready()`."""
