"""Jobs: their runs, their schedules, what a run leaves for somebody to look at."""
