"""Every address of the console, and what comes of asking it for something."""
