import LakeCore

/// A data file in the staging folder: what is written to it is durable once committed.
final class StagedFileTarget: OutputTarget {
  let name: String
  /// What has reached the file, or waits in the buffer to do so.
  private(set) var byteCount = 0
  private let file: any WritableFile
  private let buffer = WriteBuffer(byteCount: 256 << 10)

  init(path: String, fileSystem: any FileSystem) throws(LakeError) {
    name = path
    file = try fileSystem.create(path)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(LakeError) {
    byteCount += bytes.count
    try buffer.append(bytes) { bytes throws(LakeError) in try file.write(bytes) }
  }

  func commit() throws(LakeError) {
    try buffer.flush { bytes throws(LakeError) in try file.write(bytes) }
    try file.sync()
    try file.close()
  }
}
