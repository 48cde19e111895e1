/// Equality of maps: the same keys, and for each key the same value, in whatever order.
extension Kernels {
  /// 1. Rows of the same length are candidates. Their entries are sorted by the hash of the key.
  /// 2. Entries of both sides with the same hash are paired (all with all, so that keys that only
  ///    share a hash do no harm), and keys and values of the pairs are compared as vectors.
  /// 3. A row is equal if every entry of the left has a pair with an equal key and equal values.
  func equateMaps(
    _ equality: Comparison, _ left: ListValues, _ right: ListValues, count: Int
  ) throws(LakeError) -> ColumnVector {
    guard let (leftKeys, leftValues) = try entries(left),
      let (rightKeys, rightValues) = try entries(right)
    else { throw LakeError(.internal, "a map without entries") }
    let pairs = try entryPairs(left, right, leftKeys, rightKeys, count: count)
    let (x, y) = (try rows(pairs.map { $0.left }), try rows(pairs.map { $0.right }))
    let (p, q) = (
      UnsafePointer(x.pointer(as: UInt32.self)), UnsafePointer(y.pointer(as: UInt32.self))
    )
    let total = pairs.count
    let sameKey = try compare(
      .notDistinct, try gather(leftKeys, rows: p, count: total),
      try gather(rightKeys, rows: q, count: total)
    ).vector.flattened(self)
    let sameValue = try compare(
      equality, try gather(leftValues, rows: p, count: total),
      try gather(rightValues, rows: q, count: total)
    ).vector.flattened(self)

    let marks = try Marks(count: count, kernels: self)
    let (a, b) = (left.pointer, right.pointer)
    var next = 0
    for row in 0..<count {
      var answer: Bool? = a[row + 1] - a[row] == b[row + 1] - b[row]
      var matched = 0
      while next < total, pairs[next].row == row {
        if sameKey.fixed?.pointer(as: UInt8.self)[next] == 1 {
          matched += 1
          let value = Kernels.allHold(sameValue, next..<next + 1)
          if value == false { answer = false } else if value == nil, answer == true { answer = nil }
        }
        next += 1
      }
      if matched < Int(a[row + 1] - a[row]) { answer = false }
      marks.set(row, answer)
    }
    return try marks.vector()
  }

  private struct EntryPair {
    let row: Int
    let left: UInt32
    let right: UInt32
  }

  private func entryPairs(
    _ left: ListValues, _ right: ListValues, _ leftKeys: ColumnVector, _ rightKeys: ColumnVector,
    count: Int
  ) throws(LakeError) -> [EntryPair] {
    let (x, y) = (try hashes(of: leftKeys), try hashes(of: rightKeys))
    let (leftHash, rightHash) = (x.pointer(as: UInt64.self), y.pointer(as: UInt64.self))
    let (a, b) = (left.pointer, right.pointer)
    var pairs: [EntryPair] = []
    for row in 0..<count where a[row + 1] - a[row] == b[row + 1] - b[row] {
      let mine = (a[row]..<a[row + 1]).sorted { leftHash[Int($0)] < leftHash[Int($1)] }
      let theirs = (b[row]..<b[row + 1]).sorted { rightHash[Int($0)] < rightHash[Int($1)] }
      var first = 0
      for entry in mine {
        let hash = leftHash[Int(entry)]
        while first < theirs.count, rightHash[Int(theirs[first])] < hash { first += 1 }
        for other in theirs[first...] {
          if rightHash[Int(other)] != hash { break }
          pairs.append(EntryPair(row: row, left: entry, right: other))
        }
      }
    }
    return pairs
  }

  /// The keys and the values of all entries.
  func entries(_ lists: ListValues) throws(LakeError) -> (ColumnVector, ColumnVector)? {
    guard case .row(let members) = try lists.child.flattened(self).values, members.count == 2
    else { return nil }
    return (members[0], members[1])
  }

  private func rows(_ numbers: [UInt32]) throws(LakeError) -> Buffer {
    let target = try buffer(of: UInt32.self, count: numbers.count)
    let out = target.pointer(as: UInt32.self)
    for (index, number) in numbers.enumerated() { out[index] = number }
    return target
  }

  func hashes(of vector: ColumnVector) throws(LakeError) -> Buffer {
    let target = try buffer(of: UInt64.self, count: vector.count)
    try hash(vector, into: target.pointer(as: UInt64.self))
    return target
  }
}
