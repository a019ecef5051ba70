"""Cases simulated once and analysed twice: does a setting help, what does an outline buy."""
