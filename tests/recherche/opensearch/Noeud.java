import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * A node of OpenSearch with what it needs to talk: `java Noeud.java setting=value…`, further plugins by their class:
 * `plugin=class`. It ends with its standard input.
 */
public class Noeud extends Node {
    private Noeud(Environment environment, List<PluginInfo> plugins) {
        super(environment, plugins, true);
    }

    public static void main(String[] arguments) throws Exception {
        Settings.Builder settings = Settings.builder();
        List<PluginInfo> plugins = new ArrayList<>(List.of(plugin(Netty4ModulePlugin.class.getName())));
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            if (parts[0].equals("plugin")) {
                plugins.add(plugin(parts[1]));
            } else {
                settings.put(parts[0], parts[1]);
            }
        }
        Environment environment =
            InternalSettingsPreparer.prepareEnvironment(settings.build(), Map.of(), null, () -> "noeud");
        try (Node node = new Noeud(environment, plugins).start()) {
            while (System.in.read() >= 0) {
                // the tests that started it are still there
            }
        }
    }

    private static PluginInfo plugin(String name) {
        return new PluginInfo(name, "", "", Version.CURRENT, "21", name, null, List.of(), false);
    }
}
