// exp, log and cos whose bits are the same on every machine: only +, -, *, / and integer operations, each rounded once
// to nearest even, so that no result of a run depends on the C library that happens to be installed. Rules E1 to E6 of
// NUMERICS.md.
#pragma once

namespace ampa::numerics {

// e^x to within 1 ulp where the result is normal, 1 unit of 2^-1074 where it is denormal. +infinity above
// 709.782712893384, +0 below -745.13321910194122; NaN for NaN.
double exp(double x);

// The natural logarithm to within 1 ulp. -infinity for +0 and -0, NaN below 0 and for NaN, +infinity for +infinity.
double log(double x);

// The cosine of x radians to within 1 ulp for |x| <= kCosLimit; NaN beyond it and for NaN.
constexpr double kCosLimit = 0x1p20;
double cos(double x);

}  // namespace ampa::numerics
