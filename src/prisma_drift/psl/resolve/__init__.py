"""Tree → symbols: what each name, attribute and relation stands for."""
