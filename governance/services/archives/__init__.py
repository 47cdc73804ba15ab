"""Archives: what is deleted at the end of its retention, under whose approval, and whether all errors are accounted for."""
