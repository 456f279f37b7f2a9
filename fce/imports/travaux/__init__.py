"""What runs without anybody: fetch files, import them on time, watch deposits, report by mail."""
