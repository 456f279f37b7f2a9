import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


# Triggers that keep the ledger balanced even under raw SQL. On every day, engagements stay under the AE and payments
# under the CP; on each engagement, certified stays under engaged and paid under certified. ``fce.service.convention.regles``
# checks the same rules first, with a French message. Locking the agreement's row makes two concurrent writers wait for
# each other.
EQUILIBRE = """
CREATE FUNCTION convention_rompue(la_convention bigint) RETURNS text
LANGUAGE sql SET search_path = public, pg_temp AS $$
    WITH plafonds AS (
        SELECT debut AS jour, ae, cp, 0 AS rang FROM convention_convention WHERE id = la_convention
        UNION ALL SELECT effet_le, ae, cp, numero FROM convention_avenant WHERE convention_id = la_convention
    ), hausses AS (
        SELECT jour, ae - coalesce(lag(ae) OVER ordre, 0) AS ae, cp - coalesce(lag(cp) OVER ordre, 0) AS cp
        FROM plafonds WINDOW ordre AS (ORDER BY jour, rang)
    ), lignes AS (
        SELECT jour, genre, montant,
            CASE genre WHEN 'engagement' THEN coalesce(annulee_id, id) ELSE engagement_id END AS imputation
        FROM convention_ecriture WHERE convention_id = la_convention
    ), pas AS (
        SELECT 'autorisations d’engagement' AS regle, 0::bigint AS imputation, jour, ae AS montant FROM hausses
        UNION ALL SELECT 'autorisations d’engagement', 0, jour, -montant FROM lignes WHERE genre = 'engagement'
        UNION ALL SELECT 'crédits de paiement', 0, jour, cp FROM hausses
        UNION ALL SELECT 'crédits de paiement', 0, jour, -montant FROM lignes WHERE genre = 'paiement'
        UNION ALL SELECT 'service fait', imputation, jour, CASE genre WHEN 'engagement' THEN montant ELSE -montant END
            FROM lignes WHERE genre IN ('engagement', 'service-fait')
        UNION ALL SELECT 'paiement', imputation, jour, CASE genre WHEN 'service-fait' THEN montant ELSE -montant END
            FROM lignes WHERE genre IN ('service-fait', 'paiement')
    ), soldes AS (
        -- Peers of a day are summed together: the default frame of a window goes to the last of them.
        SELECT regle, sum(montant) OVER (PARTITION BY regle, imputation ORDER BY jour) AS solde FROM pas
    )
    SELECT regle FROM soldes WHERE solde < 0 LIMIT 1
$$;

CREATE FUNCTION convention_tenir() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- Whoever waited for the lock reads what was committed meanwhile: under no other isolation would he.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'convention % : isolation « read committed » exigée', NEW.convention_id
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM 1 FROM convention_convention WHERE id = NEW.convention_id FOR NO KEY UPDATE;
    RETURN NEW;
END
$$;

CREATE FUNCTION convention_verifier() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    regle text := convention_rompue(NEW.convention_id);
BEGIN
    IF regle IS NOT NULL THEN
        RAISE EXCEPTION 'convention % : % dépassés', NEW.convention_id, regle USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION convention_dater() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    commence date;
    terme date;
BEGIN
    SELECT c.debut, least(c.finit_le, coalesce((
        SELECT a.fin FROM convention_avenant AS a WHERE a.convention_id = c.id AND a.effet_le <= NEW.jour
        ORDER BY a.effet_le DESC, a.numero DESC LIMIT 1), c.fin))
    INTO commence, terme FROM convention_convention AS c WHERE c.id = NEW.convention_id;
    IF NEW.jour < commence OR (NEW.genre = 'engagement' AND NEW.montant > 0 AND NEW.jour > terme) THEN
        RAISE EXCEPTION 'convention % : écriture hors de la période', NEW.convention_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.genre = 'engagement' AND NEW.montant > 0 AND EXISTS (SELECT FROM convention_marche AS m
        WHERE m.id = NEW.marche_id
        AND (m.convention_id <> NEW.convention_id OR NEW.jour NOT BETWEEN m.debut AND m.fin)) THEN
        RAISE EXCEPTION 'convention % : commande hors du marché', NEW.convention_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.engagement_id IS NOT NULL AND NOT EXISTS (SELECT FROM convention_ecriture AS e
        WHERE e.id = NEW.engagement_id AND e.convention_id = NEW.convention_id AND e.genre = 'engagement'
        AND e.annulee_id IS NULL) THEN
        RAISE EXCEPTION 'convention % : engagement inconnu', NEW.convention_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.annulee_id IS NOT NULL AND NOT EXISTS (SELECT FROM convention_ecriture AS e
        WHERE e.id = NEW.annulee_id AND e.convention_id = NEW.convention_id AND e.genre = NEW.genre
        AND e.annulee_id IS NULL AND e.engagement_id IS NOT DISTINCT FROM NEW.engagement_id AND e.jour <= NEW.jour
        AND e.montant + NEW.montant + coalesce((SELECT sum(a.montant) FROM convention_ecriture AS a
            WHERE a.annulee_id = e.id), 0) >= 0) THEN
        RAISE EXCEPTION 'convention % : annulation sans cause', NEW.convention_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

-- In the order of their names: the lock first.
CREATE TRIGGER avant_1_tenir BEFORE INSERT ON convention_ecriture FOR EACH ROW EXECUTE FUNCTION convention_tenir();
CREATE TRIGGER avant_2_dater BEFORE INSERT ON convention_ecriture FOR EACH ROW EXECUTE FUNCTION convention_dater();
CREATE TRIGGER apres_verifier AFTER INSERT ON convention_ecriture FOR EACH ROW EXECUTE FUNCTION convention_verifier();
CREATE TRIGGER avant_1_tenir BEFORE INSERT ON convention_avenant FOR EACH ROW EXECUTE FUNCTION convention_tenir();
CREATE TRIGGER apres_verifier AFTER INSERT ON convention_avenant FOR EACH ROW EXECUTE FUNCTION convention_verifier();
"""

# Rows cannot be changed, even by the owner of the tables. Statement triggers, so that a statement is refused even when
# it touches no row. Amounts and dates of an agreement change only by avenants; a market never changes.
GARDE = """
CREATE FUNCTION convention_garder() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'permission denied: % is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER garde BEFORE UPDATE OR DELETE OR TRUNCATE ON convention_ecriture
    FOR EACH STATEMENT EXECUTE FUNCTION convention_garder();
CREATE TRIGGER garde BEFORE UPDATE OR DELETE OR TRUNCATE ON convention_avenant
    FOR EACH STATEMENT EXECUTE FUNCTION convention_garder();
CREATE TRIGGER garde BEFORE UPDATE OF ae, cp, debut, fin ON convention_convention
    FOR EACH STATEMENT EXECUTE FUNCTION convention_garder();
CREATE TRIGGER garde BEFORE UPDATE ON convention_marche FOR EACH STATEMENT EXECUTE FUNCTION convention_garder();
"""
DEFAIRE = """
DROP TRIGGER avant_1_tenir ON convention_ecriture;
DROP TRIGGER avant_2_dater ON convention_ecriture;
DROP TRIGGER apres_verifier ON convention_ecriture;
DROP TRIGGER avant_1_tenir ON convention_avenant;
DROP TRIGGER apres_verifier ON convention_avenant;
DROP TRIGGER garde ON convention_ecriture;
DROP TRIGGER garde ON convention_avenant;
DROP TRIGGER garde ON convention_convention;
DROP TRIGGER garde ON convention_marche;
DROP FUNCTION convention_tenir, convention_verifier, convention_dater, convention_garder;
DROP FUNCTION convention_rompue;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Convention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('titre', models.CharField(max_length=200, verbose_name='titre')),
                ('delegant', models.CharField(max_length=200, verbose_name='délégant')),
                ('role_delegant', models.CharField(max_length=200, verbose_name='rôle du délégant')),
                ('delegataire', models.CharField(max_length=200, verbose_name='délégataire')),
                ('role_delegataire', models.CharField(max_length=200, verbose_name='rôle du délégataire')),
                ('controleur_delegant', models.CharField(max_length=200, verbose_name='contrôleur du délégant')),
                ('controleur_delegataire', models.CharField(max_length=200, verbose_name='contrôleur du délégataire')),
                ('programme', models.CharField(max_length=10, verbose_name='programme')),
                ('centre_financier', models.CharField(max_length=40, verbose_name='centre financier')),
                ('domaine_fonctionnel', models.CharField(max_length=60, verbose_name='domaine fonctionnel')),
                ('activite', models.CharField(max_length=40, verbose_name='activité')),
                ('centre_de_cout', models.CharField(max_length=40, verbose_name='centre de coût')),
                ('axe_ministeriel', models.CharField(blank=True, max_length=40, verbose_name='axe ministériel')),
                ('comptable_assignataire', models.CharField(max_length=100, verbose_name='comptable assignataire')),
                ('ae', models.BigIntegerField(help_text='en centimes d’euro', verbose_name='autorisations d’engagement à la signature')),
                ('cp', models.BigIntegerField(help_text='en centimes d’euro', verbose_name='crédits de paiement à la signature')),
                ('debut', models.DateField(verbose_name='prend effet le')),
                ('fin', models.DateField(verbose_name='terme prévu à la signature')),
                ('preavis_mois', models.PositiveSmallIntegerField(default=3, verbose_name='préavis, en mois')),
                ('denoncee_le', models.DateField(blank=True, null=True, verbose_name='préavis donné le')),
                ('denoncee_par', models.CharField(blank=True, max_length=200, verbose_name='préavis donné par')),
                ('finit_le', models.DateField(blank=True, null=True, verbose_name='le préavis prend effet le')),
                ('demonstration', models.BooleanField(default=False, verbose_name='inventée, pour la démonstration')),
                ('inscrite_le', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='inscrite le')),
                ('par', models.CharField(max_length=40, verbose_name='inscrite par')),
            ],
            options={
                'verbose_name': 'convention',
                'ordering': ['-debut', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ae__gte', 0), ('cp__gte', 0)), name='convention_montants'), models.CheckConstraint(condition=models.Q(('debut__lte', models.F('fin'))), name='convention_periode')],
            },
        ),
        migrations.CreateModel(
            name='Avenant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('numero', models.PositiveSmallIntegerField(verbose_name='numéro')),
                ('objet', models.CharField(max_length=300, verbose_name='objet')),
                ('signe_le', models.DateField(verbose_name='signé le')),
                ('effet_le', models.DateField(verbose_name='prend effet le')),
                ('ae', models.BigIntegerField(help_text='en centimes d’euro', verbose_name='autorisations d’engagement')),
                ('cp', models.BigIntegerField(help_text='en centimes d’euro', verbose_name='crédits de paiement')),
                ('fin', models.DateField(verbose_name='terme')),
                ('inscrit_le', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='inscrit le')),
                ('par', models.CharField(max_length=40, verbose_name='inscrit par')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='avenants', to='convention.convention')),
            ],
            options={
                'verbose_name': 'avenant',
                'ordering': ['effet_le', 'numero'],
            },
        ),
        migrations.CreateModel(
            name='Avancement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('devops', 'devops'), ('design', 'design'), ('deploiement', 'déploiement'), ('coaching', 'coaching'), ('complementaires', 'prestations complémentaires')], max_length=16, verbose_name='nature')),
                ('jour', models.DateField(verbose_name='au')),
                ('part', models.PositiveSmallIntegerField(verbose_name='part réalisée, en %')),
                ('fait', models.TextField(max_length=2000, verbose_name='ce qui est fait')),
                ('par', models.CharField(max_length=40, verbose_name='noté par')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='avancements', to='convention.convention')),
            ],
            options={
                'verbose_name': 'avancement',
                'ordering': ['-jour', '-id'],
            },
        ),
        migrations.CreateModel(
            name='DecisionAttendue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=300, verbose_name='question')),
                ('ouverte_le', models.DateField(verbose_name='posée le')),
                ('reponse', models.CharField(blank=True, max_length=300, verbose_name='réponse')),
                ('prise_le', models.DateField(blank=True, null=True, verbose_name='tranchée le')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='convention.convention')),
            ],
            options={
                'verbose_name': 'décision attendue',
                'verbose_name_plural': 'décisions attendues',
                'ordering': ['ouverte_le', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Formalite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('lettre-de-mission', 'lettre de mission du responsable de produit'), ('declaration', 'déclaration d’intérêts d’un expert'), ('copie-budgetaire', 'copie au contrôleur budgétaire'), ('publication', 'publication'), ('copie-delegant', 'copie d’un avenant au contrôleur du délégant'), ('copie-delegataire', 'copie d’un avenant au contrôleur du délégataire')], max_length=20, verbose_name='nature')),
                ('jour', models.DateField(verbose_name='faite le')),
                ('objet', models.CharField(max_length=300, verbose_name='objet')),
                ('par', models.CharField(max_length=40, verbose_name='notée par')),
                ('avenant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='convention.avenant')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='formalites', to='convention.convention')),
            ],
            options={
                'verbose_name': 'formalité',
                'ordering': ['-jour', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Marche',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=60, verbose_name='référence')),
                ('intitule', models.CharField(max_length=200, verbose_name='intitulé')),
                ('titulaire', models.CharField(max_length=200, verbose_name='titulaire')),
                ('debut', models.DateField(verbose_name='commence le')),
                ('fin', models.DateField(verbose_name='finit le')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marches', to='convention.convention')),
            ],
            options={
                'verbose_name': 'marché',
                'verbose_name_plural': 'marchés',
                'ordering': ['reference'],
            },
        ),
        migrations.CreateModel(
            name='Ecriture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('genre', models.CharField(choices=[('engagement', 'engagement'), ('service-fait', 'certification du service fait'), ('paiement', 'paiement'), ('recette', 'recette')], max_length=12, verbose_name='genre')),
                ('jour', models.DateField(verbose_name='date')),
                ('montant', models.BigIntegerField(help_text='en centimes d’euro, négatif pour une annulation', verbose_name='montant')),
                ('nature', models.CharField(blank=True, choices=[('devops', 'devops'), ('design', 'design'), ('deploiement', 'déploiement'), ('coaching', 'coaching'), ('complementaires', 'prestations complémentaires')], max_length=16, verbose_name='nature de la dépense')),
                ('titre', models.PositiveSmallIntegerField(blank=True, choices=[(2, 'titre 2 – personnel'), (3, 'titre 3 – fonctionnement'), (5, 'titre 5 – investissement'), (6, 'titre 6 – intervention')], null=True, verbose_name='titre')),
                ('piece', models.CharField(max_length=100, verbose_name='pièce justificative')),
                ('chorus', models.CharField(max_length=40, verbose_name='référence Chorus')),
                ('inscrite_le', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='inscrite le')),
                ('par', models.CharField(max_length=40, verbose_name='inscrite par')),
                ('annulee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='annulations', to='convention.ecriture')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ecritures', to='convention.convention')),
                ('engagement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='suites', to='convention.ecriture')),
                ('marche', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='commandes', to='convention.marche')),
            ],
            options={
                'verbose_name': 'écriture',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Prevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mois', models.DateField(help_text='son premier jour', verbose_name='mois')),
                ('nature', models.CharField(choices=[('devops', 'devops'), ('design', 'design'), ('deploiement', 'déploiement'), ('coaching', 'coaching'), ('complementaires', 'prestations complémentaires')], max_length=16, verbose_name='nature')),
                ('ae', models.BigIntegerField(help_text='en centimes d’euro', verbose_name='engagements prévus')),
                ('cp', models.BigIntegerField(help_text='en centimes d’euro', verbose_name='paiements prévus')),
                ('modifiee_le', models.DateTimeField(auto_now=True, verbose_name='modifiée le')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='previsions', to='convention.convention')),
            ],
            options={
                'verbose_name': 'prévision',
                'ordering': ['mois', 'nature'],
            },
        ),
        migrations.CreateModel(
            name='Comite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prevu_le', models.DateField(verbose_name='prévu le')),
                ('tenu_le', models.DateField(blank=True, null=True, verbose_name='tenu le')),
                ('presidence', models.CharField(blank=True, max_length=200, verbose_name='présidé par')),
                ('participants', models.TextField(blank=True, max_length=2000, verbose_name='participants')),
                ('decision', models.TextField(blank=True, max_length=2000, verbose_name='décision')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comites', to='convention.convention')),
            ],
            options={
                'verbose_name': 'comité',
                'ordering': ['prevu_le', 'id'],
                'constraints': [models.UniqueConstraint(fields=('convention', 'prevu_le'), name='comite_un_par_jour')],
            },
        ),
        migrations.CreateModel(
            name='AvisAuFinanceur',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('genre', models.CharField(choices=[('insuffisance', 'crédits insuffisants'), ('reliquat', 'crédits non consommés')], max_length=14, verbose_name='motif')),
                ('semestre', models.CharField(max_length=7, verbose_name='semestre')),
                ('prepare_le', models.DateField(verbose_name='établi le')),
                ('ae_accorde', models.BigIntegerField(help_text='en centimes d’euro', verbose_name='autorisations d’engagement accordées')),
                ('ae_consomme', models.BigIntegerField(help_text='en centimes d’euro', verbose_name='engagements')),
                ('ae_prevu', models.BigIntegerField(help_text='en centimes d’euro', verbose_name='engagements encore prévus')),
                ('cp_accorde', models.BigIntegerField(help_text='en centimes d’euro', verbose_name='crédits de paiement accordés')),
                ('cp_consomme', models.BigIntegerField(help_text='en centimes d’euro', verbose_name='paiements')),
                ('cp_prevu', models.BigIntegerField(help_text='en centimes d’euro', verbose_name='paiements encore prévus')),
                ('envoye_le', models.DateField(blank=True, null=True, verbose_name='envoyé le')),
                ('envoye_par', models.CharField(blank=True, max_length=40, verbose_name='envoyé par')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='avis', to='convention.convention')),
            ],
            options={
                'verbose_name': 'avis au financeur',
                'verbose_name_plural': 'avis au financeur',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('convention', 'genre', 'semestre'), name='avis_une_fois_par_semestre')],
            },
        ),
        migrations.AddConstraint(
            model_name='avenant',
            constraint=models.UniqueConstraint(fields=('convention', 'numero'), name='avenant_numero'),
        ),
        migrations.AddConstraint(
            model_name='avenant',
            constraint=models.CheckConstraint(condition=models.Q(('ae__gte', 0), ('cp__gte', 0)), name='avenant_montants'),
        ),
        migrations.AddConstraint(
            model_name='avancement',
            constraint=models.CheckConstraint(condition=models.Q(('part__lte', 100)), name='avancement_part'),
        ),
        migrations.AddConstraint(
            model_name='formalite',
            constraint=models.UniqueConstraint(condition=models.Q(('avenant__isnull', False)), fields=('avenant', 'nature'), name='copie_une_fois'),
        ),
        migrations.AddConstraint(
            model_name='marche',
            constraint=models.UniqueConstraint(fields=('convention', 'reference'), name='marche_reference'),
        ),
        migrations.AddConstraint(
            model_name='marche',
            constraint=models.CheckConstraint(condition=models.Q(('debut__lte', models.F('fin'))), name='marche_periode'),
        ),
        migrations.AddIndex(
            model_name='ecriture',
            index=models.Index(fields=['convention', 'jour'], name='ecriture_jour'),
        ),
        migrations.AddConstraint(
            model_name='ecriture',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('genre', 'recette'), ('nature', ''), ('titre', None)), models.Q(models.Q(('genre', 'recette'), _negated=True), models.Q(('nature', ''), _negated=True), ('titre__in', [3, 5, 6]), ('titre__isnull', False)), _connector='OR'), name='ecriture_sans_titre_2'),
        ),
        migrations.AddConstraint(
            model_name='ecriture',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('annulee', None), ('montant__gt', 0)), models.Q(('annulee__isnull', False), ('montant__lt', 0)), _connector='OR'), name='ecriture_signe'),
        ),
        migrations.AddConstraint(
            model_name='ecriture',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('engagement__isnull', False), ('genre__in', ('service-fait', 'paiement'))), models.Q(('engagement', None), ('genre__in', ('engagement', 'recette'))), _connector='OR'), name='ecriture_imputee'),
        ),
        migrations.AddConstraint(
            model_name='prevision',
            constraint=models.UniqueConstraint(fields=('convention', 'mois', 'nature'), name='prevision_une_fois'),
        ),
        migrations.AddConstraint(
            model_name='prevision',
            constraint=models.CheckConstraint(condition=models.Q(('ae__gte', 0), ('cp__gte', 0)), name='prevision_montants'),
        ),
        migrations.RunSQL(EQUILIBRE + GARDE, DEFAIRE),
    ]
