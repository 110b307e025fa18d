"""Reports as documents: one model of tables and charts, and what makes a workbook or a printed paper of it."""
