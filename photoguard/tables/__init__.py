"""CSV and XLSX cells, whoever wrote them: what somebody tells of photos or people as a table."""
