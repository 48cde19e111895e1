import LakeCore

/// What a map asks of its keys: none is null, and none stands twice.
enum MapKeys {
  /// The maps, with those rows failing whose keys are none.
  static func checked(_ maps: ColumnVector, _ call: FunctionCall) throws -> CheckedVector {
    let lists = try ListInput(maps, call.kernels)
    let (keys, _) = try call.entries(lists.child)
    let form = try ElementKeys(keys, call.kernels)
    let answered = try call.buffer(of: UInt8.self)
    let answer = answered.pointer(as: UInt8.self)
    var seen = ElementSet()
    var all = true
    for row in 0..<call.rowCount {
      seen.removeAll()
      let isMap = lists.range(row).allSatisfy { index in
        !form.isNull(index) && seen.insert(form, index)
      }
      answer[row] = isMap ? 1 : 0
      if !isMap { all = false }
    }
    if all { return CheckedVector(maps) }
    let flat = try maps.flattened(call.kernels)
    let kept = try Bitmap.packing(answer, count: call.rowCount, tracker: call.tracker)
    let failed = try Bitmap.subtracting(kept, from: flat.validity, tracker: call.tracker)
    let remaining = try Bitmap.intersection(flat.validity, kept, tracker: call.tracker)
    return CheckedVector(
      ColumnVector(type: maps.type, flat: try call.kernels.withValidity(remaining, flat)),
      failures: KernelFailures(rows: failed) { _ in
        LakeError(
          .invalidInput, "\(call.name): the keys of a map are not null and differ from each other")
      })
  }
}
