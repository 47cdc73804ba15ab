"""What the canon bans, found in the code and the dependencies of any repository. Knows neither Django nor settings."""
