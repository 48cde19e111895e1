/// One call on a file system or on one of its files, as `RecordingFileSystem` writes it down and
/// `FaultInjectingFileSystem` counts it.
package enum FileOperation: Sendable, Hashable {
  case open(String)
  case read(String, count: Int, offset: Int)
  case status(String)
  case resolve(String)
  case list(String)
  case create(String)
  case createUnnamed(directory: String)
  case write(String, count: Int)
  case sync(String)
  case close(String)
  case makeDirectory(String)
  case removeFile(String)
  case removeDirectory(String)
  case rename(String, target: String)
  case link(String, target: String)
  case exchange(String, with: String)
  case syncDirectory(String)
  case lock(String)
  case unlock(String)

  /// Whether the operation can change what is on the disk, or make it durable.
  package var isChange: Bool {
    switch self {
    case .open, .read, .status, .resolve, .list: false
    case .create, .createUnnamed, .write, .sync, .close, .makeDirectory, .removeFile,
      .removeDirectory, .rename, .link, .exchange, .syncDirectory, .lock, .unlock:
      true
    }
  }

  /// The path that the operation is about; the first of two.
  package var path: String {
    switch self {
    case .open(let path), .status(let path), .resolve(let path), .list(let path),
      .create(let path), .createUnnamed(let path), .sync(let path), .close(let path),
      .makeDirectory(let path), .removeFile(let path), .removeDirectory(let path),
      .syncDirectory(let path), .lock(let path), .unlock(let path):
      path
    case .read(let path, _, _), .write(let path, _), .rename(let path, _), .link(let path, _),
      .exchange(let path, _):
      path
    }
  }

  /// The operation in words, with paths as `name` shows them.
  package func text(_ name: (String) -> String) -> String {
    switch self {
    case .open(let path): "open \(name(path))"
    case .read(let path, let count, let offset):
      "read \(count) bytes of \(name(path)) at \(offset)"
    case .status(let path): "look at \(name(path))"
    case .resolve(let path): "resolve \(name(path))"
    case .list(let path): "list \(name(path))"
    case .create(let path): "create \(name(path))"
    case .createUnnamed(let path): "create a file without a name in \(name(path))"
    case .write(let path, let count): "write \(count) bytes to \(name(path))"
    case .sync(let path): "sync \(name(path))"
    case .close(let path): "close \(name(path))"
    case .makeDirectory(let path): "make the directory \(name(path))"
    case .removeFile(let path): "remove \(name(path))"
    case .removeDirectory(let path): "remove the directory \(name(path))"
    case .rename(let path, let target): "rename \(name(path)) to \(name(target))"
    case .link(let path, let target): "link \(name(path)) as \(name(target))"
    case .exchange(let a, let b): "exchange \(name(a)) with \(name(b))"
    case .syncDirectory(let path): "sync the directory \(name(path))"
    case .lock(let path): "lock \(name(path))"
    case .unlock(let path): "unlock \(name(path))"
    }
  }
}

extension FileOperation: CustomStringConvertible {
  package var description: String { text { $0 } }
}
