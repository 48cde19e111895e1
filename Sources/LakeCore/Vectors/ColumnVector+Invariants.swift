/// Everything that the documentation of `ColumnVector` promises, tested. For tests of whoever makes
/// vectors; a broken promise is a bug and is told as one.
extension ColumnVector {
  package func checkInvariants() throws(LakeError) {
    switch form {
    case .flat(let flat):
      try require(flat.count == count, "the flat column has \(flat.count) rows of \(count)")
      try flat.checkInvariants(type: type)
    case .constant(let one):
      try require(one.count == 1, "a constant has \(one.count) rows")
      try one.checkInvariants(type: type)
    case .dictionary(let column):
      try require(column.count == count, "the dictionary column has \(column.count) rows")
      try column.checkInvariants(type: type)
    }
  }
}

private func require(_ holds: Bool, _ message: @autoclosure () -> String) throws(LakeError) {
  if !holds { throw LakeError(.internal, "broken vector: \(message())") }
}

extension Bitmap {
  fileprivate func checkInvariants(rows: Int) throws(LakeError) {
    try require(count == rows, "a bitmap of \(count) bits for \(rows) rows")
    let wordCount = Bitmap.wordCount(for: count)
    try require(buffer.byteCount >= wordCount * 8, "a bitmap's buffer is too short")
    var zeroes = 0
    for row in 0..<count where !self[row] { zeroes += 1 }
    try require(zeroes == zeroCount, "a bitmap has \(zeroes) zeros and says \(zeroCount)")
    try require(zeroCount > 0, "a bitmap without a null")
    if wordCount > 0 {
      let live = Bitmap.liveMask(word: wordCount - 1, count: count)
      try require(words[wordCount - 1] & ~live == 0, "bits past the last row are set")
    }
  }
}

extension DictionaryColumn {
  fileprivate func checkInvariants(type: DataType) throws(LakeError) {
    try validity?.checkInvariants(rows: count)
    try require(indices.byteCount >= count * 4, "the buffer of indices is too short")
    let values = dictionary.values
    try require(values.nullCount == 0, "a dictionary holds nulls")
    try values.checkInvariants(type: type)
    let pointer = indices.pointer(as: UInt32.self)
    for row in 0..<count {
      let index = Int(pointer[row])
      if let validity, !validity[row] {
        try require(index == 0, "the null row \(row) has the index \(index)")
      } else {
        try require(index < values.count, "index \(index) of \(values.count) values")
      }
    }
  }
}

extension FlatColumn {
  fileprivate func checkInvariants(type: DataType) throws(LakeError) {
    try validity?.checkInvariants(rows: count)
    switch (values, type.physical) {
    case (.none, .none): break
    case (.fixed(let buffer), .boolean):
      try require(buffer.byteCount >= count, "the buffer is too short")
      let bytes = buffer.pointer(as: UInt8.self)
      for row in 0..<count {
        try require(bytes[row] <= 1, "the boolean of row \(row) is \(bytes[row])")
      }
    case (.fixed(let buffer), let physical):
      try require(
        physical != .string && physical.byteWidth > 0 && physical != .list,
        "fixed values for \(type)")
      try require(buffer.byteCount >= count * physical.byteWidth, "the buffer is too short")
      try checkDigits(type: type)
    case (.strings(let strings), .string): try checkViews(strings)
    case (.list(let lists), .list): try checkLists(lists, type: type)
    case (.row(let children), .row): try checkChildren(children, type: type)
    default: try require(false, "the values do not lie as \(type) asks for")
    }
  }

  private func checkDigits(type: DataType) throws(LakeError) {
    guard case .decimal(let precision, _) = type else { return }
    let limit = DecimalText.powerOfTen(precision)
    for row in 0..<count where !isNull(row) {
      let fits: Bool
      switch value(at: row, type: type) {
      case .int(let unscaled): fits = Int128(unscaled).magnitude < limit
      case .int128(let unscaled): fits = unscaled.magnitude < limit
      default: fits = false
      }
      try require(fits, "row \(row) has more than \(precision) digits")
    }
  }

  private func checkViews(_ strings: StringValues) throws(LakeError) {
    try require(strings.views.byteCount >= count * 16, "the buffer of views is too short")
    for row in 0..<count {
      let view = strings.pointer[row]
      if view.isInline {
        let copy = view.withBytes { bytes in
          bytes.baseAddress.map { StringView($0, count: bytes.count) } ?? StringView()
        }
        try require(
          copy.head == view.head && copy.tail == view.tail,
          "row \(row): the bytes behind an inline string are not zero")
        continue
      }
      let owned = strings.owners.contains { owner in
        view.pointer >= UnsafeRawPointer(owner.base)
          && view.pointer + view.count <= UnsafeRawPointer(owner.base) + owner.byteCount
      }
      try require(owned, "row \(row): no owner holds the bytes of the string")
      try require(
        StringView(view.pointer, count: view.count).head == view.head,
        "row \(row): the prefix is not that of the string")
    }
  }

  private func checkLists(_ lists: ListValues, type: DataType) throws(LakeError) {
    try require(lists.child.type == type.listElement, "elements of type \(lists.child.type)")
    try require(lists.offsets.byteCount >= (count + 1) * 4, "the buffer of offsets is too short")
    let offsets = lists.pointer
    for row in 0..<count {
      try require(offsets[row] <= offsets[row + 1], "the offsets of row \(row) descend")
      if isNull(row) {
        try require(offsets[row] == offsets[row + 1], "the null row \(row) has elements")
      }
    }
    try require(Int(offsets[count]) <= lists.child.count, "offsets end behind the elements")
    try lists.child.checkInvariants()
  }

  private func checkChildren(_ children: [ColumnVector], type: DataType) throws(LakeError) {
    let fields = type.rowFields
    try require(children.count == fields.count, "\(children.count) of \(fields.count) members")
    for (child, field) in zip(children, fields) {
      try require(child.type == field.type, "\(field.name) holds \(child.type)")
      try require(child.count == count, "\(field.name) has \(child.count) of \(count) rows")
      try child.checkInvariants()
    }
  }
}
