"""The processes: who is waited for, and until when. They decide nothing."""
