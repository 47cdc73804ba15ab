"""How long archived errors stay, who agreed to their deletion, and the account of every error there was."""
