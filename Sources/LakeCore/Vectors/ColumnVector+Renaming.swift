extension ColumnVector {
  /// The same values under a type that differs in the names of nested fields only.
  package func renamed(as type: DataType) -> ColumnVector {
    if self.type == type { return self }
    switch form {
    case .flat(let flat): return ColumnVector(type: type, flat: flat.renamed(as: type))
    case .constant(let one):
      return ColumnVector(type: type, constant: one.renamed(as: type), count: count)
    case .dictionary(let dictionary): return ColumnVector(type: type, dictionary: dictionary)
    }
  }

  /// The values as a type whose nested fields are found by name alone: those that it has not are
  /// left out, and those that are not here are null.
  package func fitted(to type: DataType, _ kernels: Kernels) throws(LakeError) -> ColumnVector {
    if self.type == type { return self }
    guard case .flat(let flat) = form else {
      return self.type.isNested
        ? try flattened(kernels, as: type) : try kernels.cast(self, to: type).raised()
    }
    switch (flat.values, type) {
    case (.row(let children), .row(let fields)):
      let schema = Schema(self.type.rowFields)
      var fitted: [ColumnVector] = []
      for field in fields {
        guard let index = schema.index(of: field.name) else {
          fitted.append(try .nulls(type: field.type, count: count))
          continue
        }
        fitted.append(try children[index].fitted(to: field.type, kernels))
      }
      return ColumnVector(
        type: type,
        flat: FlatColumn(count: flat.count, validity: flat.validity, values: .row(fitted)))
    case (.list(let lists), .array), (.list(let lists), .map):
      let child = try lists.child.fitted(to: type.listElement, kernels)
      return ColumnVector(
        type: type,
        flat: FlatColumn(
          count: flat.count, validity: flat.validity,
          values: .list(ListValues(offsets: lists.offsets, child: child))))
    default: return try kernels.cast(self, to: type).raised()
    }
  }

  private func flattened(
    _ kernels: Kernels, as type: DataType
  ) throws(LakeError) -> ColumnVector {
    let flat = ColumnVector(type: self.type, flat: try flattened(kernels))
    return try flat.fitted(to: type, kernels)
  }
}

extension FlatColumn {
  fileprivate func renamed(as type: DataType) -> FlatColumn {
    switch values {
    case .row(let children):
      FlatColumn(
        count: count, validity: validity,
        values: .row(zip(children, type.rowFields).map { $0.renamed(as: $1.type) }))
    case .list(let lists):
      FlatColumn(
        count: count, validity: validity,
        values: .list(
          ListValues(
            offsets: lists.offsets, child: lists.child.renamed(as: type.listElement))))
    case .fixed, .strings, .none: self
    }
  }
}
