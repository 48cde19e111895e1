#!/usr/bin/env python3
"""Prints Sources/System/CLakeKernels/powers_of_five.c.

    Scripts/make_powers_of_five.py > Sources/System/CLakeKernels/powers_of_five.c

Each entry holds the 128 leading bits of 5^q, so that the top bit is 1. Powers up to 5^55 are
exact. Others are cut off, except 5^-27 to 5^-1, which are rounded up: there a decimal fraction can
lie exactly on or between two doubles, and the rounded-up factor gives the exact quotient.
"""

LOWEST, HIGHEST = -342, 324
ROUNDED_UP_FROM = -27


def leading_bits(exponent):
    if exponent >= 0:
        power = 5**exponent
        excess = power.bit_length() - 128
        return power >> excess if excess > 0 else power << -excess
    divisor = 5**-exponent
    # 2^b / divisor has 128 bits: divisor is no power of two.
    quotient = (1 << (127 + divisor.bit_length())) // divisor
    return quotient + 1 if exponent >= ROUNDED_UP_FROM else quotient


def main():
    print("// Made by Scripts/make_powers_of_five.py; what an entry holds is told there.")
    print()
    print('#include "CLakeKernels.h"')
    print()
    print(f"const LakePowerOfFive lake_powers_of_five[{HIGHEST - LOWEST + 1}] = {{")
    for exponent in range(LOWEST, HIGHEST + 1):
        bits = leading_bits(exponent)
        assert bits >> 127 == 1
        high, low = bits >> 64, bits & (2**64 - 1)
        print(f"    {{0x{high:016X}, 0x{low:016X}}},  // 5^{exponent}")
    print("};")


main()
