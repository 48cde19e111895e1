import LakeCore

extension TextFile {
  /// Opens a file and looks at its beginning.
  package static func open(_ path: String, in fileSystem: any FileSystem) throws -> TextFile {
    let file = try fileSystem.openForReading(path)
    let size = try file.status().size
    let sample = try Buffer(byteCount: JSONProbe.sampleBytes)
    let count = try file.read(into: sample.base, count: sample.byteCount, at: 0)
    let chunk = Chunk(buffer: sample, start: 0, count: count, offset: 0)
    return TextFile(
      path: path, file: file, size: size, compression: .none,
      format: .json(JSONFileFormat(JSONProbe(chunk))))
  }
}
