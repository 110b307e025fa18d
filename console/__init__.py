"""The door in the browser: pages for people at a desk, and the JSON API; no rule."""
