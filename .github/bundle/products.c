/* The products of numbers that numpy's core asks a linear algebra for, as plain loops.

   They stand in for OpenBLAS, 28 MB with what it asks for in turn. photoguard multiplies small
   tables; numpy's own check at its import takes one product. The names and orders of arguments
   are those of the C interface to BLAS, with the prefix and the 64-bit counts of numpy's wheels.
   Sums are taken in double precision. numpy never asks for conjugated tables. */

#include <complex.h>
#include <stdint.h>

enum { ROW_BY_ROW = 101, AS_IT_IS = 111, TURNED = 112, UPPER = 121 };

#define CALL(letter, name) scipy_cblas_##letter##name##64_
#define BY_VALUE(type, x) (x)
#define BY_PLACE(type, x) (*(const type *)(x))

/* Where a vector begins: one with a negative step is walked from its end. */
static int64_t start(int64_t count, int64_t step) { return step < 0 ? (1 - count) * step : 0; }

/* Where the number of a row and a column of a table lies, once the table is turned. */
static int64_t at(int order, int turn, int64_t width, int64_t row, int64_t column)
{
    if (turn != AS_IT_IS && turn != TURNED)
        __builtin_trap();
    return (order == ROW_BY_ROW) == (turn == AS_IT_IS) ? row * width + column
                                                       : column * width + row;
}

#define PRODUCTS(letter, number, broad, scalar, VALUE)                                           \
                                                                                                 \
static number letter##mixed(broad alpha, broad sum, broad beta, number old)                      \
{                                                                                                \
    return (number)(beta == 0 ? alpha * sum : alpha * sum + beta * old);                         \
}                                                                                                \
                                                                                                 \
void CALL(letter, axpy)(int64_t count, scalar alpha, const number *x, int64_t dx,                \
                        number *y, int64_t dy)                                                   \
{                                                                                                \
    x += start(count, dx), y += start(count, dy);                                                \
    for (int64_t i = 0; i < count; i++)                                                          \
        y[i * dy] = letter##mixed(VALUE(number, alpha), x[i * dx], 1, y[i * dy]);                \
}                                                                                                \
                                                                                                 \
void CALL(letter, gemv)(int order, int turn, int64_t rows, int64_t columns, scalar alpha,        \
                        const number *a, int64_t wa, const number *x, int64_t dx,                \
                        scalar beta, number *y, int64_t dy)                                      \
{                                                                                                \
    int64_t outs = turn == AS_IT_IS ? rows : columns, ins = turn == AS_IT_IS ? columns : rows;   \
    x += start(ins, dx), y += start(outs, dy);                                                   \
    for (int64_t i = 0; i < outs; i++) {                                                         \
        broad sum = 0;                                                                           \
        for (int64_t k = 0; k < ins; k++)                                                        \
            sum += (broad)a[at(order, turn, wa, i, k)] * x[k * dx];                              \
        y[i * dy] = letter##mixed(VALUE(number, alpha), sum, VALUE(number, beta), y[i * dy]);    \
    }                                                                                            \
}                                                                                                \
                                                                                                 \
void CALL(letter, gemm)(int order, int turn_a, int turn_b, int64_t rows, int64_t columns,        \
                        int64_t depth, scalar alpha, const number *a, int64_t wa,                \
                        const number *b, int64_t wb, scalar beta, number *c, int64_t wc)         \
{                                                                                                \
    for (int64_t i = 0; i < rows; i++)                                                           \
        for (int64_t j = 0; j < columns; j++) {                                                  \
            broad sum = 0;                                                                       \
            for (int64_t k = 0; k < depth; k++)                                                  \
                sum += (broad)a[at(order, turn_a, wa, i, k)] * b[at(order, turn_b, wb, k, j)];   \
            number *to = c + at(order, AS_IT_IS, wc, i, j);                                      \
            *to = letter##mixed(VALUE(number, alpha), sum, VALUE(number, beta), *to);            \
        }                                                                                        \
}                                                                                                \
                                                                                                 \
void CALL(letter, syrk)(int order, int half, int turn, int64_t rows, int64_t depth,              \
                        scalar alpha, const number *a, int64_t wa,                               \
                        scalar beta, number *c, int64_t wc)                                      \
{                                                                                                \
    for (int64_t i = 0; i < rows; i++)                                                           \
        for (int64_t j = half == UPPER ? i : 0; j < (half == UPPER ? rows : i + 1); j++) {       \
            broad sum = 0;                                                                       \
            for (int64_t k = 0; k < depth; k++)                                                  \
                sum += (broad)a[at(order, turn, wa, i, k)] * a[at(order, turn, wa, j, k)];       \
            number *to = c + at(order, AS_IT_IS, wc, i, j);                                      \
            *to = letter##mixed(VALUE(number, alpha), sum, VALUE(number, beta), *to);            \
        }                                                                                        \
}

PRODUCTS(s, float, double, float, BY_VALUE)
PRODUCTS(d, double, double, double, BY_VALUE)
PRODUCTS(c, float complex, double complex, const void *, BY_PLACE)
PRODUCTS(z, double complex, double complex, const void *, BY_PLACE)

#define DOT(letter, number)                                                                      \
number CALL(letter, dot)(int64_t count, const number *x, int64_t dx, const number *y, int64_t dy)\
{                                                                                                \
    double sum = 0;                                                                              \
    x += start(count, dx), y += start(count, dy);                                                \
    for (int64_t i = 0; i < count; i++)                                                          \
        sum += (double)x[i * dx] * y[i * dy];                                                    \
    return (number)sum;                                                                          \
}

DOT(s, float)
DOT(d, double)

#define DOT_INTO(letter, name, number, FIRST)                                                    \
void CALL(letter, name)(int64_t count, const number *x, int64_t dx, const number *y, int64_t dy, \
                        number *to)                                                              \
{                                                                                                \
    double complex sum = 0;                                                                      \
    x += start(count, dx), y += start(count, dy);                                                \
    for (int64_t i = 0; i < count; i++)                                                          \
        sum += FIRST((double complex)x[i * dx]) * y[i * dy];                                     \
    *to = (number)sum;                                                                           \
}

#define ITSELF(x) (x)
#define MIRRORED(x) __builtin_conj(x)

DOT_INTO(c, dotu_sub, float complex, ITSELF)
DOT_INTO(z, dotu_sub, double complex, ITSELF)
DOT_INTO(c, dotc_sub, float complex, MIRRORED)
DOT_INTO(z, dotc_sub, double complex, MIRRORED)
