"""What programs show instead of a password, and when it was refused."""
