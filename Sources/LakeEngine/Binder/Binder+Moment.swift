import LakeSQL

extension Binder {
  /// What VERSION AS OF and TIMESTAMP AS OF mean, outside of a FROM.
  package func moment(_ version: TableVersion) throws -> TableMoment {
    try FromBinder(self, outer: nil).moment(version)
  }
}
