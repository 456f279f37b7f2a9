from django.db import migrations

# Every value is preceded by its length in bytes and closed by a comma ("netstring"): no two rows have the same text,
# and any language can write it again. ``fce.droits.journal.empreintes`` does, to verify without these functions.
EMPREINTE = """
CREATE FUNCTION journal.net(valeur text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT octet_length(convert_to(valeur, 'UTF8')) || ':' || valeur || ','
$$;

CREATE FUNCTION journal.nets(valeurs text[]) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(journal.net(v), '' ORDER BY rang), '') FROM unnest(valeurs) WITH ORDINALITY AS u(v, rang)
$$;

CREATE FUNCTION journal.empreinte(c journal.consultation) RETURNS bytea
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(convert_to(journal.nets(ARRAY[
        encode(c.empreinte_precedente, 'hex'),
        c.id::text,
        to_char(c.quand AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        c.agent,
        c.rang::text,
        c.siret_administration,
        journal.nets(c.habilitations),
        c.finalite,
        journal.nets(c.sources),
        c.numero,
        c.surface,
        c.action,
        (SELECT coalesce(string_agg(journal.net(l.key) || journal.net(l.value), '' ORDER BY l.key COLLATE "C"), '')
         FROM jsonb_each_text(c.lignes) AS l),
        c.classe,
        c.requete,
        c.adresse_ip,
        c.poids::text
    ]), 'UTF8'))
$$;
"""

# One statement: locks, limits, chain and rows. What it answers is null, or the limit that was reached; then nothing
# was written but the refusal.
CONSIGNER = """
CREATE FUNCTION journal.consigner(entrees jsonb, maintenant timestamptz, limites integer[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    instant constant timestamptz(3) := date_trunc('milliseconds', maintenant);
    tranche_courante constant timestamptz := date_bin('10 minutes', instant, 'epoch');
    entree jsonb;
    ligne journal.consultation;
    demandes jsonb := '{}';  -- agent -> companies asked for
    pesees integer[] := '{}';  -- what each entry weighs
    pesee integer;
    vus text[] := '{}';
    demande bigint;
    compte bigint;
    paire integer[];
    seuil timestamptz;
    attente bigint;
    refus jsonb;
    qui text;
BEGIN
    -- Heads in order: two writers never wait for one another.
    FOR qui IN SELECT DISTINCT (e ->> 'agent') COLLATE "C" FROM jsonb_array_elements(entrees) AS e ORDER BY 1 LOOP
        LOOP
            PERFORM 1 FROM journal.tete WHERE agent = qui FOR UPDATE;
            EXIT WHEN FOUND;
            -- Absent, or just removed by the purge.
            INSERT INTO journal.tete VALUES (qui, 0, '') ON CONFLICT DO NOTHING;
        END LOOP;
        demandes := demandes || jsonb_build_object(qui, 0);
    END LOOP;

    FOR entree IN SELECT e FROM jsonb_array_elements(entrees) AS e LOOP
        ligne := jsonb_populate_record(NULL::journal.consultation, entree);
        -- The blocks that a sheet loads afterwards disclose no other company than the sheet did.
        IF ligne.surface IN ('direct', 'fragment') AND ligne.numero <> '' AND (
            ligne.agent || ' ' || left(ligne.numero, 9) = ANY (vus)
            OR EXISTS (
                SELECT FROM journal.consultation AS c
                WHERE c.agent = ligne.agent AND c.quand > instant - interval '10 minutes'
                    AND left(c.numero, 9) = left(ligne.numero, 9)
            )
        ) THEN
            ligne.poids := 0;
        END IF;
        vus := vus || (ligne.agent || ' ' || left(ligne.numero, 9));
        pesees := pesees || ligne.poids;
        demandes := jsonb_set(
            demandes, ARRAY[ligne.agent], to_jsonb((demandes ->> ligne.agent)::bigint + ligne.poids));
    END LOOP;

    IF cardinality(limites) > 0 THEN
        FOR qui, demande IN SELECT key, value::bigint FROM jsonb_each_text(demandes) WHERE value::bigint > 0 LOOP
            FOREACH paire SLICE 1 IN ARRAY limites LOOP
                -- Whole slots from the counter, the one that the window cuts from the rows themselves: exact.
                seuil := instant - make_interval(secs => paire[2]);
                SELECT coalesce(sum(k.poids), 0) INTO compte FROM journal.compteur AS k
                WHERE k.agent = qui AND k.tranche > date_bin('10 minutes', seuil, 'epoch');
                SELECT compte + coalesce(sum(c.poids), 0) INTO compte FROM journal.consultation AS c
                WHERE c.agent = qui AND c.quand > seuil
                    AND c.quand < date_bin('10 minutes', seuil, 'epoch') + interval '10 minutes';
                CONTINUE WHEN compte + demande <= paire[1];
                -- Seconds until enough has left the window; none when the request alone is over the limit.
                attente := NULL;
                IF demande <= paire[1] THEN
                    SELECT ceil(extract(epoch FROM min(p.quand) + (instant - seuil) - instant)) INTO attente FROM (
                        SELECT c.quand, sum(c.poids) OVER (ORDER BY c.quand, c.id) AS libere
                        FROM journal.consultation AS c WHERE c.agent = qui AND c.quand > seuil
                    ) AS p WHERE compte - p.libere + demande <= paire[1];
                END IF;
                IF refus IS NULL OR attente IS NULL OR attente > (refus ->> 'attente')::bigint THEN
                    refus := jsonb_build_object(
                        'agent', qui, 'limite', paire[1], 'fenetre', paire[2], 'demande', demande, 'attente', attente);
                END IF;
                EXIT WHEN attente IS NULL;
            END LOOP;
            EXIT WHEN refus IS NOT NULL;
        END LOOP;
        IF refus IS NOT NULL THEN
            INSERT INTO journal.refus (quand, agent, raison_code, source, numero, surface, requete, adresse_ip)
            SELECT instant, refus ->> 'agent', 'volume', coalesce(e -> 'sources' ->> 0, ''), e ->> 'numero',
                e ->> 'surface', e ->> 'requete', e ->> 'adresse_ip'
            FROM jsonb_array_elements(entrees) AS e WHERE e ->> 'agent' = refus ->> 'agent' LIMIT 1;
            RETURN refus;
        END IF;
    END IF;

    FOR entree, pesee IN
        SELECT e.valeur, pesees[e.rang] FROM jsonb_array_elements(entrees) WITH ORDINALITY AS e(valeur, rang)
    LOOP
        ligne := jsonb_populate_record(NULL::journal.consultation, entree);
        ligne.poids := pesee;
        ligne.quand := instant;
        -- Last of all: a number taken and not used is a hole, and a hole is looked into.
        ligne.id := nextval('journal.consultation_id_seq');
        SELECT t.rang + 1, t.empreinte INTO ligne.rang, ligne.empreinte_precedente
        FROM journal.tete AS t WHERE t.agent = ligne.agent;
        ligne.empreinte := '';
        ligne.empreinte := journal.empreinte(ligne);
        INSERT INTO journal.consultation SELECT (ligne).*;
        UPDATE journal.tete SET rang = ligne.rang, empreinte = ligne.empreinte WHERE agent = ligne.agent;
    END LOOP;
    INSERT INTO journal.compteur (agent, tranche, poids)
    SELECT key, tranche_courante, value::bigint FROM jsonb_each_text(demandes) WHERE value::bigint > 0
    ON CONFLICT (agent, tranche) DO UPDATE SET poids = compteur.poids + excluded.poids;
    RETURN NULL;
END
$$;

CREATE FUNCTION journal.refuser(entree jsonb, maintenant timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO journal.refus (quand, agent, raison_code, source, numero, surface, requete, adresse_ip)
    SELECT date_trunc('milliseconds', maintenant), e ->> 'agent', e ->> 'raison_code', e ->> 'source', e ->> 'numero',
        e ->> 'surface', e ->> 'requete', e ->> 'adresse_ip'
    FROM (SELECT entree AS e) AS u
$$;

-- A reading of the journal is a consultation like another, chained, with its reason beside it.
CREATE FUNCTION journal.lire(
    entree jsonb, maintenant timestamptz, agents text[], motif text, filtres jsonb, lignes bigint
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM journal.consigner(jsonb_build_array(entree), maintenant, '{}');
    INSERT INTO journal.lecture_du_journal (quand, lecteur, agents, motif, filtres, lignes, consultation)
    VALUES (date_trunc('milliseconds', maintenant), entree ->> 'agent', agents, motif, filtres, lignes,
        currval('journal.consultation_id_seq'));
END
$$;
"""

ANNULER = """
DROP FUNCTION journal.lire(jsonb, timestamptz, text[], text, jsonb, bigint);
DROP FUNCTION journal.refuser(jsonb, timestamptz);
DROP FUNCTION journal.consigner(jsonb, timestamptz, integer[]);
DROP FUNCTION journal.empreinte(journal.consultation);
DROP FUNCTION journal.nets(text[]);
DROP FUNCTION journal.net(text);
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_tables")]

    operations = [migrations.RunSQL(EMPREINTE + CONSIGNER, ANNULER)]
