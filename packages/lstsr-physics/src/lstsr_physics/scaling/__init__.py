"""How temperature, guides and their relation change across scales."""
