"""The practices of an election: their TINs and clinicians, and contesting a finding."""
