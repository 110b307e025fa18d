"""The Temporal servers that a developer's machine needs: found, or installed into the user's cache folder."""
