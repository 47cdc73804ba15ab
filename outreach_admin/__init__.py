"""Outreach Ops: the wiring on top of everything, and the base below everything."""
