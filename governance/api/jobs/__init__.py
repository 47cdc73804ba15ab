"""Jobs over REST: when they are due, how they went, running them, changing their schedules."""
