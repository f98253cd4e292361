"""Telling the clinicians of each practice that they take part in the virtual group (414.1315(c)(3)(iii))."""
