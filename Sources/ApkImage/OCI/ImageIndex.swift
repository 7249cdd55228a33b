internal import ApkFormats

/// A list of manifests: one image for several platforms, or all images of a layout.
public struct ImageIndex: Hashable, Sendable {
    public var manifests: [Descriptor]
    public var annotations: Annotations

    public init(manifests: [Descriptor], annotations: Annotations = Annotations()) {
        self.manifests = manifests
        self.annotations = annotations
    }

    var json: JSON {
        var members: [(String, JSON)] = [
            ("schemaVersion", .integer(2)), ("mediaType", .string(MediaType.imageIndex.rawValue)),
            ("manifests", .array(manifests.map(\.json))),
        ]
        annotations.append(to: &members)
        return .object(members)
    }

    init?(_ json: JSON) {
        guard let elements = json["manifests"]?.elements else { return nil }
        let manifests = elements.compactMap { Descriptor($0) }
        guard manifests.count == elements.count else { return nil }
        self.init(manifests: manifests, annotations: Annotations(json["annotations"]))
    }
}
