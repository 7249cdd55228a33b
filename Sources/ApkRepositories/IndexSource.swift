internal import ApkFormats

/// An index file that is to be read: where it lies, and what its repository is.
struct IndexSource {
    var path: String
    var shown: String
    var tags: [String?]
    var repository: Repository
    /// Whether the path names the content, and both were just compared: an object of the cache, whose times change with
    /// each use.
    var isObject = false

    /// How the file looks, as far as that tells files apart; nil where there is none.
    var stamp: FileStamp? {
        guard let stamp = FileStamp(path: path) else { return nil }
        return isObject ? FileStamp(size: stamp.size) : stamp
    }
}
