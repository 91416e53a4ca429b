"""One file for each kind of repair: first the file's notation, then its cells."""
