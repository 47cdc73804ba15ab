"""Pages of retention: what goes when, who agreed to it, and whether every error is accounted for."""
