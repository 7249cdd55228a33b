internal import ApkFormats

/// An image for one platform: its configuration and its layers, lowest first.
public struct ImageManifest: Hashable, Sendable {
    public var configuration: Descriptor
    public var layers: [Descriptor]
    public var annotations: Annotations

    public init(configuration: Descriptor, layers: [Descriptor], annotations: Annotations = Annotations()) {
        self.configuration = configuration
        self.layers = layers
        self.annotations = annotations
    }

    var json: JSON {
        var members: [(String, JSON)] = [
            ("schemaVersion", .integer(2)), ("mediaType", .string(MediaType.imageManifest.rawValue)),
            ("config", configuration.json), ("layers", .array(layers.map(\.json))),
        ]
        annotations.append(to: &members)
        return .object(members)
    }

    init?(_ json: JSON) {
        guard let configuration = json["config"].flatMap({ Descriptor($0) }), let elements = json["layers"]?.elements
        else { return nil }
        let layers = elements.compactMap { Descriptor($0) }
        guard layers.count == elements.count else { return nil }
        self.init(configuration: configuration, layers: layers, annotations: Annotations(json["annotations"]))
    }
}
