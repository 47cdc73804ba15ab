"""Demo populations: companies, hub rows and errors that add up to the figures of known reports."""
