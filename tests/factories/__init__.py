"""What tests are made of, one set for all: people, practices with their CMS data, elections in each state.

Each module makes one kind of thing with factory-boy. `proposals` alone needs no Django, as the law does not.
"""
