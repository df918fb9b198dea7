"""Charts, controls, pages and text of the app."""
