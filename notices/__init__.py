"""Notices (通知): what is told to whom of which fact, queued once, and brought by e-mail and webhook."""
