"""Jobs, their schedules and their runs, as JSON."""
