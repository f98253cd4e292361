"""How dates are written where a template says nothing else: on the stock pages for staff."""
