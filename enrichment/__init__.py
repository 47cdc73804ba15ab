"""Enrichment: which workflows there are, what they ran for, what reaches core. It registers itself; governance does not know it."""
