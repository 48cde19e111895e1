/// Where and when the operators of a query put rows on disk.
package struct SpillSettings: Sendable {
  /// Files without a name are made here, readable by nobody else.
  package var directory: String
  /// Whether everything that can be put on disk is, however much room there is: for tests.
  package var isForced: Bool

  package init(directory: String = "/tmp", isForced: Bool = false) {
    self.directory = directory
    self.isForced = isForced
  }
}
