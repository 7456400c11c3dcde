"""`python -m ops verify`: whether a deployed stack serves as the SOP asks (4.1 to 4.3, 5.1), seen from outside."""
