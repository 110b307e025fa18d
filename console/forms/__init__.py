"""Forms: a request's shape as fields to fill in, and what was filled in as the request again."""
