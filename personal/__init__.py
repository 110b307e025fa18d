"""Personal data (个人信息): names of persons and households beside the store, each sealed under a key of its own."""
