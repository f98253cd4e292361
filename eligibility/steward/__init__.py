"""The pages of the data steward, who loads CMS data."""
