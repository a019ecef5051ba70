"""A hip joint, femur or acetabulum of which is treated."""
