/**
 * The solution of `matrix · x = right` for a symmetric, positive definite matrix, by Cholesky's decomposition. The matrix is
 * written over.
 */
export function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const lower = decompose(matrix);
  const x = Float64Array.from(right);
  for (let i = 0; i < x.length; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i]![k]! * x[k]!;
    x[i]! /= lower[i]![i]!;
  }
  for (let i = x.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < x.length; k++) x[i]! -= lower[k]![i]! * x[k]!;
    x[i]! /= lower[i]![i]!;
  }
  return x;
}

/** The lower triangle whose product with its transpose is the matrix. */
function decompose(matrix: readonly Float64Array[]): readonly Float64Array[] {
  for (const [i, row] of matrix.entries()) {
    for (let j = 0; j <= i; j++) {
      const other = matrix[j]!;
      let sum = row[j]!;
      for (let k = 0; k < j; k++) sum -= row[k]! * other[k]!;
      row[j] = i === j ? Math.sqrt(Math.max(sum, Number.EPSILON)) : sum / other[j]!;
    }
  }
  return matrix;
}
