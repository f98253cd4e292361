"""NPIs that are valid and belong to no one."""

from stdnum import luhn


def npi(number: int) -> str:
    """Return the valid NPI with this number, up to eight digits, in its middle."""
    body = f"1{number:08}"
    return body + str(luhn.calc_check_digit(f"80840{body}"))
