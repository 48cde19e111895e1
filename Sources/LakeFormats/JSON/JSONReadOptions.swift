import LakeCore

/// How text is read.
package struct JSONReadOptions: Sendable {
  package var batchRows = Batch.rowTarget
  package var onError = ErrorPolicy.reject

  package init() {}
}
