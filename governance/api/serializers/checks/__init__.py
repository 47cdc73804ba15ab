"""Reports of the canon's checks as JSON."""
