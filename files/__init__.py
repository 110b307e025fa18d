"""The files of papers (附件文件): stored once by digest, and what is in them."""
